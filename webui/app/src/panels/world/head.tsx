// The head of the list: what can be created, how the list is made, its columns, and the kinds.

import { useApp } from '../../core/app';
import type { KindField } from '../../core/protocol';
import { count } from '../../core/units';
import { Icon } from '../../shell/icons';
import { Menu } from '../../widgets/menu/menu';
import { spawn } from './actions';
import { ColumnsMenu } from './choose';
import { fieldsOf, markOf } from './columns';
import type { EntityList } from './list';
import type { World } from './source';

/** Title, count, and what can be done with the list. */
export function ListHead({ list }: { list: EntityList }) {
  const { world, kind, chosen } = list;
  const { all } = list.tally.value;
  return (
    <header class="panel-head">
      <h2>Entities</h2>
      <span class="muted">{count(all)}</span>
      <span class="space" />
      <SpawnMenu list={list} />
      <TreeMenu list={list} />
      <ColumnsMenu kinds={world.kinds.value} kind={kind.value} chosen={chosen} />
    </header>
  );
}

function SpawnMenu({ list }: { list: EntityList }) {
  const app = useApp();
  const { world } = list;
  const kinds = world.kinds.value.filter((k) => k.can?.includes('create'));
  if (kinds.length === 0) return null;
  return (
    <Menu label="+ Spawn" title="Create an entity">
      {(close) => (
        <div class="menu-items">
          {kinds.map((k) => (
            <button
              key={k.kind}
              type="button"
              class="menu-item"
              onClick={() => {
                close();
                void spawn(app, k.kind, list.spawnAt?.()).then((ids) => ids && list.choose(ids));
              }}
            >
              <span>
                <KindSign world={world} kind={k.kind} />
                {k.kind}
              </span>
              <span class="muted">{k.help}</span>
            </button>
          ))}
        </div>
      )}
    </Menu>
  );
}

function TreeMenu({ list }: { list: EntityList }) {
  const { by, world, kind } = list;
  const kinds = world.kinds.value;
  const parents = kinds.some((k) => k.parents);
  const fields = groupable([...fieldsOf(kinds, kind.value).values()]);
  const choices = [
    { value: '', label: 'Table' },
    { value: 'kind', label: 'Tree by kind' },
    ...(parents ? [{ value: 'parent', label: 'Tree by parent' }] : []),
    ...fields.map((f) => ({ value: f.path, label: `Grouped by ${f.path}` })),
  ];
  const now = choices.find((c) => c.value === by.value);
  return (
    <>
      <button
        type="button"
        class="btn quiet icon"
        aria-pressed={by.value !== ''}
        title={by.value === '' ? 'Show a tree (T)' : 'Show a table (T)'}
        aria-label="Tree"
        onClick={() => list.toggleTree()}
      >
        <Icon name="tree" />
      </button>
      <Menu label={by.value === '' ? 'table ▾' : `${by.value} ▾`} title="How the list is made">
        {(close) => (
          <div class="menu-items">
            {choices.map((c) => (
              <button
                key={c.value}
                type="button"
                class="menu-item"
                aria-pressed={c.value === now?.value}
                onClick={() => {
                  by.value = c.value;
                  close();
                }}
              >
                {c.label}
              </button>
            ))}
          </div>
        )}
      </Menu>
    </>
  );
}

/** Fields by whose values a list may be grouped: those of few values first. */
export function groupable(fields: readonly KindField[]): KindField[] {
  const ranks = [['enum', 'bool'], ['asset', 'entity', 'string'], ['int']];
  return ranks.flatMap((types) => fields.filter((f) => types.includes(f.type) && !/(^|\.)(id|name)$/.test(f.path)));
}

/** The kinds as switches: one of them at a time. */
export function Kinds({ list }: { list: EntityList }) {
  const { world, kind } = list;
  const kinds = world.kinds.value;
  if (kinds.length < 2 && kind.value === '') return null;
  return (
    <div class="kinds" role="toolbar" aria-label="Kinds">
      {kinds.map((k) => {
        const on = kind.value === k.kind;
        return (
          <button
            key={k.kind}
            type="button"
            class="kind-chip"
            aria-pressed={on}
            title={on ? 'Show all kinds' : k.help || `Show only ${k.kind}`}
            onClick={() => (kind.value = on ? '' : k.kind)}
          >
            <KindSign world={world} kind={k.kind} />
            {k.kind} <span class="muted">{count(k.count)}</span>
          </button>
        );
      })}
    </div>
  );
}

/** The mark of a kind. */
export function KindSign({ world, kind }: { world: World; kind: string }) {
  const { shape, ink } = markOf(world.kinds.value, kind, (name) => world.inks.of(name));
  return (
    <span class={`kind-mark ink-${ink}`} aria-hidden="true">
      {shape}
    </span>
  );
}
