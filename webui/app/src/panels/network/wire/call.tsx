// A small editor for a call: its method, its params, its answer.

import { useEffect, useRef, useState } from 'preact/hooks';
import { useApp } from '../../../core/app';
import { fixed } from '../../../core/units';
import { Json } from './detail';
import { pretty } from './pretty';

interface Answer {
  good: boolean;
  text: string;
  /** ms */
  took: number;
}

/** Ctrl+Enter makes the call; Esc brings the text back, then leaves. */
export function CallEditor({ call, onLeave }: { call: { method: string; params: string }; onLeave(): void }) {
  const app = useApp();
  const [first] = useState(() => {
    return pretty(call.params)
      .map((p) => p.text)
      .join('');
  });
  const [text, setText] = useState(first);
  const [fault, setFault] = useState('');
  const [answer, setAnswer] = useState<Answer>();
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const make = (): void => {
    const params = parse(text);
    if (params === undefined) {
      setFault('The params are not a JSON object or array');
      return;
    }
    setFault('');
    const began = performance.now();
    const done = (good: boolean, value: unknown): void => {
      setAnswer({ good, text: JSON.stringify(value) ?? 'null', took: performance.now() - began });
    };
    app.rpc.call(call.method as never, params as never).then(
      (result) => done(true, result),
      ({ code, message, data }) => done(false, { code, message, data }),
    );
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) make();
    else if (event.key === 'Escape' && text !== first) setText(first);
    else if (event.key === 'Escape') onLeave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <section class="wire-call" aria-label="Call again">
      <div class="wire-call-line">
        <b class="mono cut">{call.method}</b>
        <span class="space" />
        <button type="button" class="btn" onClick={make}>
          Call <kbd>Ctrl ↵</kbd>
        </button>
      </div>
      <textarea
        ref={field}
        class="input mono"
        aria-label={`Params of ${call.method}`}
        aria-invalid={fault !== ''}
        spellcheck={false}
        rows={Math.min(12, Math.max(3, first.split('\n').length))}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKey}
      />
      {fault !== '' && (
        <p class="bad" role="alert">
          ▲ {fault}.
        </p>
      )}
      {answer && (
        <>
          <p role="status">
            <span class={answer.good ? 'good' : 'bad'}>{answer.good ? '✓ answered' : '✕ refused'}</span>{' '}
            <span class="muted">after {fixed(answer.took)} ms</span>
          </p>
          <Json label="The answer" text={answer.text} />
        </>
      )}
    </section>
  );
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text.trim() || '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
