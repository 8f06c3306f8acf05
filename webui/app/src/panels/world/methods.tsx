// What can be done with an entity beside setting its fields: methods that the game bound, components
// that it lacks.

import { useSignal } from '@preact/signals';
import type { App } from '../../core/app';
import { brief } from '../../core/editing';
import type { Entity, WorldMethod } from '../../core/protocol';
import { count } from '../../core/units';
import { summary } from '../../widgets/field/text';
import { FrameLink } from '../../widgets/framelink/framelink';
import { Menu } from '../../widgets/menu/menu';
import { component, whyNot } from './actions';
import type { World } from './source';

/** The methods of a kind as buttons. */
export function MethodList({ app, entity, world }: { app: App; entity: Entity; world: World }) {
  const methods = world.kinds.value.find((k) => k.kind === entity.kind)?.methods ?? [];
  if (methods.length === 0) return null;
  return (
    <section class="methods" aria-label="Methods">
      <h3>Methods</h3>
      {methods.map((m) => (
        <Method key={`${entity.id} ${m.name}`} app={app} id={entity.id} method={m} />
      ))}
    </section>
  );
}

interface Outcome {
  text: string;
  bad: boolean;
  frame?: number;
}

function Method({ app, id, method }: { app: App; id: string; method: WorldMethod }) {
  const args = useSignal<readonly string[]>(
    method.params.map((p) => p.enum?.[0] ?? (p.type === 'bool' ? 'false' : '')),
  );
  const outcome = useSignal<Outcome | null>(null);
  const busy = useSignal(false);
  const go = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy.value) return;
    busy.value = true;
    try {
      const values = method.params.map((p, i) => argument(p, args.value[i] ?? ''));
      const { result, frame } = await app.rpc.call('world.call', { id, method: method.name, args: values });
      const text =
        result === null || result === undefined ? 'done' : typeof result === 'object' ? summary(result) : brief(result);
      outcome.value = { text, bad: false, frame };
    } catch (fault) {
      outcome.value = { text: whyNot(fault), bad: true };
    }
    busy.value = false;
  };
  const said = outcome.value;
  return (
    <form class="method" onSubmit={go}>
      <button type="submit" class="btn soft" title={method.help} disabled={busy.value}>
        {method.name}
      </button>
      {method.params.map((p, i) => (
        <Argument
          key={p.name}
          param={p}
          method={method.name}
          value={args.value[i] ?? ''}
          onValue={(text) => {
            args.value = args.value.with(i, text);
          }}
        />
      ))}
      {said === null ? (
        <span class="muted cut">{method.help}</span>
      ) : (
        <span class={`cut ${said.bad ? 'bad' : ''}`} role="status" title={said.text}>
          {said.bad ? '▲ ' : '→ '}
          {said.text} {said.frame !== undefined && <FrameLink frame={said.frame} text={`#${count(said.frame)}`} />}
        </span>
      )}
    </form>
  );
}

type Param = WorldMethod['params'][number];

function Argument(props: { param: Param; method: string; value: string; onValue(text: string): void }) {
  const { param, value, onValue } = props;
  const label = `${param.name} of ${props.method}`;
  if (param.type === 'bool')
    return (
      <label class="method-switch">
        <input type="checkbox" checked={value === 'true'} onChange={(e) => onValue(String(e.currentTarget.checked))} />{' '}
        {param.name}
      </label>
    );
  if (param.enum)
    return (
      <select class="input" aria-label={label} value={value} onChange={(e) => onValue(e.currentTarget.value)}>
        {param.enum.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    );
  return (
    <input
      class="input"
      aria-label={label}
      placeholder={param.name}
      title={`${param.name}, ${param.type}`}
      autocomplete="off"
      spellcheck={false}
      value={value}
      onInput={(e) => onValue(e.currentTarget.value)}
    />
  );
}

/** An argument as it travels. */
export function argument({ name, type }: Param, text: string): unknown {
  const word = text.trim();
  if (type === 'bool') return word === 'true';
  if (type === 'int' || type === 'float') {
    if (/^-?\d{16,}$/.test(word)) return word;
    const n = Number(word);
    if (word === '' || Number.isNaN(n)) throw new Error(`${name}: "${word}" is no number`);
    return Number.isFinite(n) ? n : word;
  }
  if (!/^(json|list|map|any|vec\d)$/.test(type)) return text;
  try {
    return JSON.parse(word === '' ? 'null' : word);
  } catch {
    throw new Error(`${name}: this is no JSON`);
  }
}

/** Gives the entity a component that it lacks. */
export function AttachMenu({ app, entity, world }: { app: App; entity: Entity; world: World }) {
  const kind = world.kinds.value.find((k) => k.kind === entity.kind);
  const has = new Set(entity.components.map((c) => c.name));
  const lacks = (kind?.components ?? []).filter((name) => !has.has(name));
  if (!kind?.can?.includes('attach') || lacks.length === 0) return null;
  return (
    <Menu label="+ component" class="soft">
      {(close) => (
        <div class="menu-items">
          {lacks.map((name) => (
            <button
              key={name}
              type="button"
              class="menu-item"
              onClick={() => {
                close();
                void component(app, entity.id, name, true);
              }}
            >
              {name}
            </button>
          ))}
        </div>
      )}
    </Menu>
  );
}
