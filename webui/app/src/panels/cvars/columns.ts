// The columns of the cvar table.

import type { App } from '../../core/app';
import { cvarPath, editing } from '../../core/editing';
import type { Cvar } from '../../core/protocol';
import { plainText } from '../../widgets/field/spec';
import type { Column } from '../../widgets/table/table';
import { HelpCell, NameCell, specOf, ValueCell } from './cells';
import { isModified, isReadOnly, type Row } from './rows';

/** The columns; `words` are those that are searched for. */
export function columns(app: App, words: () => readonly string[]): Column<Row>[] {
  const { edits } = editing(app);
  const text = (f: (cvar: Cvar) => string) => (row: Row) => (row.kind === 'cvar' ? f(row.cvar) : '');
  return [
    {
      key: 'name',
      title: 'Name',
      width: 190,
      class: 'name',
      text: (row) => (row.kind === 'cvar' ? row.cvar.name : row.name),
      view: (host) => new NameCell(host, words),
      span: (row) => row.kind === 'group',
    },
    {
      key: 'value',
      title: 'Value',
      width: 272,
      class: 'value',
      text: text((c) => String(c.value)),
      view: (host) => new ValueCell(host, edits),
    },
    {
      key: 'default',
      title: 'Default',
      width: 92,
      align: 'right',
      class: 'muted',
      text: text((c) => plainDefault(c)),
      copy: text((c) => String(c.default)),
    },
    {
      key: 'help',
      title: 'Help',
      width: 120,
      grow: 1,
      class: 'muted help',
      text: text((c) => c.help),
      view: (host) => new HelpCell(host, words),
    },
    {
      key: 'flags',
      title: 'Flags',
      width: 76,
      class: 'muted',
      text: text((c) => c.flags.filter((f) => f !== 'modified').join(', ')),
    },
    { key: 'by', title: 'By', width: 72, class: 'by', text: text((c) => by(app, c)) },
    { key: 'reset', title: '', width: 34, class: 'reset', view: (host) => resetCell(app, host) },
  ];
}

function plainDefault(cvar: Cvar): string {
  if (cvar.type === 'bool') return cvar.default === true ? 'on' : 'off';
  if (cvar.type === 'string') return cvar.default === '' ? '“”' : String(cvar.default);
  return plainText({ ...specOf(cvar), unit: '' }, cvar.default);
}

function by(app: App, cvar: Cvar): string {
  if (cvar.setBy === 'default' || cvar.setBy === '') return '';
  return cvar.setBy === app.me.peek()?.name ? 'you' : cvar.setBy;
}

function resetCell(app: App, host: HTMLElement) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'btn quiet icon';
  button.textContent = '↺';
  host.append(button);
  let cvar: Cvar | undefined;
  button.addEventListener('click', () => {
    if (cvar !== undefined) reset(app, cvar);
  });
  return {
    show(row: Row) {
      cvar = row.kind === 'cvar' ? row.cvar : undefined;
      button.hidden = cvar === undefined || !isModified(cvar) || isReadOnly(cvar);
      const words = cvar === undefined ? '' : `Reset ${cvar.name} to ${plainDefault(cvar)}`;
      if (button.title === words) return;
      button.title = words;
      button.setAttribute('aria-label', words);
    },
  };
}

/** Sends the default, as an edit of this page: it can be undone. */
export function reset(app: App, cvar: Cvar): void {
  editing(app).edits.edit(cvarPath(cvar.name)).set(cvar.default, { before: cvar.value, label: cvar.name });
}
