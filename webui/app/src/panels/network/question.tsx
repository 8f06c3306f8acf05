// A question before something is done to others. It pushes the panel's content down and never covers it.

import '../../widgets/ask/ask.css';
import type { Signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';

export interface Question {
  /** What would be done: `Close the session of anna?` */
  title: string;
  /** What follows from it. */
  detail: string;
  /** The button that does it. */
  verb: string;
  /** The other one. */
  keep: string;
  /** Asks for a text as well; this stands in the empty field. */
  hint?: string;
  /** Does it. What it rejects with is shown, and the question stays. */
  run(text: string): Promise<unknown>;
}

/** Shown only while something is asked. Enter in the field does it, Esc does not. */
export function QuestionStrip({ asked }: { asked: Signal<Question | null> }) {
  const question = asked.value;
  return question === null ? null : <Strip key={question.title} question={question} asked={asked} />;
}

function Strip({ question, asked }: { question: Question; asked: Signal<Question | null> }) {
  const [text, setText] = useState('');
  const [fault, setFault] = useState('');
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    form.current?.querySelector<HTMLElement>('input, .keep')?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const end = (): void => {
    asked.value = null;
  };
  const go = (event: Event): void => {
    event.preventDefault();
    question.run(text.trim()).then(
      () => {
        if (asked.peek() === question) end();
      },
      (error: Error) => setFault(error.message),
    );
  };
  return (
    <form
      ref={form}
      class="ask"
      aria-label={question.title}
      onSubmit={go}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        end();
      }}
    >
      <span class="warn" aria-hidden="true">
        ▲
      </span>
      <span>
        <b>{question.title}</b> {question.detail}
        {fault !== '' && <span class="bad"> ✕ {fault}.</span>}
      </span>
      <span class="ask-actions">
        {question.hint !== undefined && (
          <input
            class="input"
            type="text"
            aria-label={question.hint}
            placeholder={question.hint}
            maxLength={100}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        )}
        <button type="submit" class="btn">
          {question.verb}
        </button>
        <button type="button" class="btn soft keep" onClick={end}>
          {question.keep}
        </button>
      </span>
    </form>
  );
}
