// Reporters: what a run tells, as text. Each takes a function that writes, and returns one that takes events.

import { count } from './format.js';

/** For people. With many rounds, a line for each hundred of them. */
export function spec(write, { color = false } = {}) {
  const paint = (code, text) => (color ? `\x1b[${code}m${text}\x1b[0m` : text);
  let file;
  let repeat = 1;
  let done = 0;
  let began = performance.now();
  const failures = [];
  return (event) => {
    switch (event.type) {
      case 'begin':
        [repeat, began] = [event.repeat, performance.now()];
        return;
      case 'load':
        write(`${paint(31, '✖')} ${event.file} cannot be loaded\n${indent(message(event.error), 4)}\n`);
        return;
      case 'test': {
        if (event.state === 'fail') failures.push(event);
        if (repeat > 1) {
          if (event.state === 'fail') write(line(event));
          if (event.state !== 'skip') done++;
          return;
        }
        if (event.file !== file) {
          file = event.file;
          write(`${file}\n`);
        }
        write(line(event));
        return;
      }
      case 'round':
        if (event.round % 100 === 0 || event.round === repeat) {
          const s = ((performance.now() - began) / 1000).toFixed(1);
          write(`  round ${event.round} of ${repeat}: ${done} tests run, ${failures.length} failed, ${s} s\n`);
        }
        return;
      case 'end':
        write(`\n${paint(event.fail || event.errors ? 31 : 32, summary(event))}\n`);
    }
  };

  function line(event) {
    const mark = { pass: paint(32, '✔'), fail: paint(31, '✖'), skip: '﹣' }[event.state];
    const rest = event.state === 'skip' ? '' : paint(90, ` (${event.ms.toFixed(0)} ms, ${event.ticks} ticks)`);
    const nth = repeat > 1 ? ` [round ${event.round}]` : '';
    const text = `  ${mark} ${event.name}${nth}${rest}\n`;
    return event.state === 'fail' ? text + details(event) : text;
  }
}

function summary({ pass, fail, skip, errors, ms }) {
  const parts = [`${pass} passed`];
  if (fail) parts.push(`${fail} failed`);
  if (skip) parts.push(`${skip} skipped`);
  if (errors) parts.push(`${count(errors, 'file')} not loaded`);
  return `${parts.join(', ')} in ${(ms / 1000).toFixed(1)} s`;
}

/** What is told of a failure, below its line. */
function details({ errors, trace, frame, tick, seed }) {
  const parts = errors.map((error) => indent(message(error), 6));
  parts.push(indent(`at tick ${tick}, frame ${frame}, seed ${seed}`, 6));
  if (trace) parts.push(indent(`trace: ${trace}`, 6));
  return `${parts.join('\n')}\n\n`;
}

function message(error) {
  const soft = error.soft ? '(soft) ' : '';
  const stack = error.stack
    ? `\n${error.stack
        .split('\n')
        .slice(0, 4)
        .map((l) => `  ${l}`)
        .join('\n')}`
    : '';
  return `${soft}${error.message}${stack}`;
}

const indent = (text, n) =>
  text
    .split('\n')
    .map((l) => (l ? ' '.repeat(n) + l : ''))
    .join('\n');

/** TAP 14 (testanything.org): with a YAML block below each failure. */
export function tap(write) {
  let n = 0;
  let begun = false;
  const begin = () => {
    if (!begun) write('TAP version 14\n');
    begun = true;
  };
  const point = (ok, name, rest = '') => write(`${ok ? 'ok' : 'not ok'} ${++n} - ${escaped(name)}${rest}\n`);
  return (event) => {
    switch (event.type) {
      case 'load':
        begin();
        point(false, event.file);
        write(yaml({ message: event.error.message, stack: event.error.stack }));
        return;
      case 'begin':
        begin();
        write(`# seed ${event.seed}\n`);
        return;
      case 'test': {
        const round = event.round > 1 ? ` [round ${event.round}]` : '';
        point(event.state !== 'fail', `${event.file} › ${event.name}${round}`, event.state === 'skip' ? ' # SKIP' : '');
        if (event.state === 'skip') return;
        const [first] = event.errors;
        write(
          yaml({
            duration_ms: Number(event.ms.toFixed(3)),
            ...(first && {
              message: event.errors.map((e) => e.message).join('\n'),
              stack: first.stack,
              frame: event.frame,
              tick: event.tick,
              seed: event.seed,
              trace: event.trace,
            }),
          }),
        );
        return;
      }
      case 'end':
        write(`1..${n}\n# pass ${event.pass}\n# fail ${event.fail + event.errors}\n# skip ${event.skip}\n`);
    }
  };
}

/** What would be read as a directive is none in a name. */
const escaped = (name) => name.replace(/[\\#]/g, (c) => `\\${c}`).replace(/\s+/g, ' ');

function yaml(fields) {
  const lines = Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([key, value]) => {
      const text = String(value);
      if (typeof value === 'number') return `  ${key}: ${value}`;
      return text.includes('\n') ? `  ${key}: |-\n${indent(text, 4)}` : `  ${key}: ${JSON.stringify(text)}`;
    });
  return `  ---\n${lines.join('\n')}\n  ...\n`;
}

/** JUnit's XML, as CI systems read it: a suite for each file. It is written at the end. */
export function junit(write) {
  const suites = new Map();
  const suite = (file) => suites.get(file) ?? suites.set(file, []).get(file);
  return (event) => {
    if (event.type === 'load')
      suite(event.file).push({ ...event, name: 'loads', state: 'error', ms: 0, errors: [event.error] });
    if (event.type === 'test') suite(event.file).push(event);
    if (event.type !== 'end') return;
    const of = (cases, state) => cases.filter((c) => c.state === state).length;
    const counts = (cases) =>
      `tests="${cases.length}" failures="${of(cases, 'fail')}" errors="${of(cases, 'error')}" skipped="${of(cases, 'skip')}" time="${seconds(cases.reduce((ms, c) => ms + c.ms, 0))}"`;
    const all = [...suites.values()].flat();
    write(`<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="scry" ${counts(all)}>\n`);
    for (const [file, cases] of suites) {
      write(
        `  <testsuite name="${xml(file)}" ${counts(cases)}>\n${cases.map((c) => testcase(c, file)).join('')}  </testsuite>\n`,
      );
    }
    write('</testsuites>\n');
  };
}

function testcase({ name, state, ms, errors, round, trace, line }, file) {
  const nth = round > 1 ? ` [round ${round}]` : '';
  const head = `    <testcase name="${xml(name + nth)}" classname="${xml(file.replace(/\.test\.m?js$/, ''))}" file="${xml(file)}"${line ? ` line="${line}"` : ''} time="${seconds(ms)}"`;
  if (state === 'pass') return `${head}/>\n`;
  if (state === 'skip') return `${head}><skipped/></testcase>\n`;
  const tag = state === 'error' ? 'error' : 'failure';
  const body = errors
    .map(
      (e) =>
        `      <${tag} message="${xml(e.message.split('\n')[0])}">${xml(`${e.message}\n${e.stack ?? ''}`)}</${tag}>\n`,
    )
    .join('');
  const out = trace ? `      <system-out>${xml(`trace: ${trace}`)}</system-out>\n` : '';
  return `${head}>\n${body}${out}    </testcase>\n`;
}

const seconds = (ms) => (ms / 1000).toFixed(3);

/** XML has no way to write most control characters, so they are left out. */
function xml(text) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '').replace(/[&<>"'\n\t\r]/g, (c) => {
    const named = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }[c];
    return named ?? `&#${c.charCodeAt(0)};`;
  });
}
