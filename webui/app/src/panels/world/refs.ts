// What fields that name something lead to: an entity by its id, with its name and how far it is, or an
// asset by its name.

import type { App } from '../../core/app';
import type { Entity, Field } from '../../core/protocol';
import { isMissing } from '../../core/worldedits';
import type { Links, Offer, Spec, Target } from '../../widgets/field/spec';
import { decimal } from '../../widgets/field/spec';
import { markOf, nameText } from './columns';
import type { World } from './source';

const every = 1000; // ms between two looks at a neighbour
const mostOffers = 12;

/** Entities that the inspected one names. */
export class Neighbours {
  /** A person wants to see it. */
  onJump: ((id: string) => void) | undefined;
  private readonly app: App;
  private readonly world: World;
  private readonly followed = new Map<string, Set<(target: Target) => void>>();
  private readonly off: () => void;
  private asked = 0;

  constructor(app: App, world: World) {
    this.app = app;
    this.world = world;
    this.off = app.frame.onText(() => {
      if (performance.now() - this.asked > every && !app.view.peek().paused) this.ask([...this.followed.keys()]);
    });
  }

  /** What a field of a kind needs to lead somewhere. */
  refer(field: Field): Partial<Spec> {
    if (field.type === 'entity') return { links: this.toEntity(field), offers: (text) => this.entities(field, text) };
    if (field.type !== 'asset') return {};
    return { links: this.toAsset(), offers: (text) => this.assets(field, text) };
  }

  /** Frees what it holds. */
  dispose(): void {
    this.off();
    this.followed.clear();
  }

  private toEntity(field: Field): Links {
    return {
      href: (id) => this.app.url.href('world', { sel: id }),
      go: (id) => this.onJump?.(id),
      follow: (id, tell) => {
        const tellers = this.followed.get(id) ?? new Set();
        this.followed.set(id, tellers.add(tell));
        this.ask([id]);
        return () => {
          tellers.delete(tell);
          if (tellers.size === 0) this.followed.delete(id);
        };
      },
      pick: (take) => this.world.await({ label: field.path, kinds: field.kinds ?? [], take }),
    };
  }

  private toAsset(): Links {
    return { href: (name) => this.app.url.href('assets', { sel: name }), go: (sel) => this.app.go('assets', { sel }) };
  }

  private ask(ids: readonly string[]): void {
    this.asked = performance.now();
    for (const id of ids) {
      this.app.rpc.call('world.get', { id }).then(
        (entity) => this.tell(id, this.target(entity)),
        (fault: { code?: number }) => {
          if (fault.code === 1004) this.tell(id, { name: id, facts: 'not in the world', gone: true });
        },
      );
    }
  }

  private tell(id: string, target: Target): void {
    for (const tell of this.followed.get(id) ?? []) tell(target);
  }

  private target(entity: Entity): Target {
    const { world } = this;
    const { shape, ink } = markOf(world.kinds.peek(), entity.kind, (k) => world.inks.of(k));
    const fields = new Map(entity.components.flatMap((c) => c.fields).map((f) => [f.path, f]));
    const there = place(world, entity.kind, (path) => fields.get(path)?.value);
    const subject = world.subject;
    const here = subject?.entity && place(world, subject.entity.kind, (path) => subject.values.get(path));
    const far = here && there ? Math.hypot(...there.map((n, i) => n - (here[i] ?? 0))) : Number.NaN;
    const unit = fields.get(world.kind(entity.kind)?.position?.[0] ?? '')?.unit;
    return {
      name: nameText(entity.kind, entity.name),
      mark: shape,
      ink: `kind-mark ink-${ink}`,
      ...(Number.isFinite(far) && { facts: `${decimal(far, 1)}${unit ? ` ${unit}` : ''} away` }),
    };
  }

  private async entities(field: Field, text: string): Promise<Offer[]> {
    const kinds = (field.kinds ?? []).map((k) => `kind:${k}`).join(' or ');
    const word = /^[\w.-]*$/.test(text) ? text : JSON.stringify(text);
    const where = [kinds && `(${kinds})`, word].filter(Boolean).join(' and ');
    const { rows } = await this.app.rpc.call('world.list', { where, fields: [], limit: mostOffers });
    return rows.map((r) => ({ text: r.id, label: nameText(r.kind ?? '', r.name ?? r.id), help: r.kind }));
  }

  private async assets(field: Field, match: string): Promise<Offer[]> {
    const params = { ...(field.asset && { kind: field.asset as 'image' }), ...(match && { match }) };
    try {
      const list = await this.app.rpc.call('asset.list', params);
      return list.slice(0, mostOffers).map((a) => ({ text: a.name, help: a.kind }));
    } catch (fault) {
      if (isMissing(fault)) return [];
      throw fault;
    }
  }
}

// Where an entity is, by the paths that its kind names.
function place(world: World, kind: string, value: (path: string) => unknown): number[] | undefined {
  const paths = world.kind(kind)?.position;
  const numbers = paths?.map((path) => Number(value(path)));
  return numbers && numbers.length > 0 && numbers.every(Number.isFinite) ? numbers : undefined;
}
