// Lines of a stack, those in files of the tests as links into the editor.

import type { App } from '../../core/app';

export interface StackLine {
  text: string;
  file: string;
  line: number;
  column: number;
}

/** Takes a stack apart; `file` is empty where a line names none. */
export function stackLines(text: string): StackLine[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, 30)
    .map((line) => {
      const found = /(?:^|[\s(@])((?:[\w.-]+\/)*[\w.-]+\.m?js):(\d+):(\d+)\)?\s*$/.exec(line);
      return {
        text: line.trim(),
        file: found?.[1] ?? '',
        line: Number(found?.[2] ?? 0),
        column: Number(found?.[3] ?? 0),
      };
    });
}

interface Props {
  text: string;
  app: App;
  show: ((place: { file: string; line: number; column: number }) => void) | undefined;
}

export function Stack({ text, show }: Props) {
  return (
    <ul class="tests-stack mono" aria-label="Where it failed">
      {stackLines(text).map(({ text, file, line, column }, i) => (
        <li key={i}>
          {file === '' || show === undefined ? (
            <span class="muted">{text}</span>
          ) : (
            <button type="button" class="tests-place" onClick={() => show({ file, line, column })}>
              {text}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
