// A question with one line for the answer.

import { useEffect, useRef, useState } from 'preact/hooks';
import { Dialog } from './dialog';

interface Props {
  title: string;
  label: string;
  initial: string;
  hint: string;
  /** What stands on the button. */
  action?: string;
  /** Resolves to words when the answer will not do; they are shown and the dialog stays. */
  onAnswer(text: string): Promise<string | undefined>;
  onClose(): void;
}

export function Ask({ title, label, initial, hint, action = 'Set', onAnswer, onClose }: Props) {
  const [text, setText] = useState(initial);
  const [fault, setFault] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  const answer = async (event: Event): Promise<void> => {
    event.preventDefault();
    const words = await onAnswer(text.trim());
    if (words === undefined) onClose();
    else setFault(words);
  };
  return (
    <Dialog label={title} class="ask" onClose={onClose}>
      <header class="panel-head">
        <h2>{title}</h2>
      </header>
      <form class="ask-body" onSubmit={answer}>
        <input
          ref={field}
          class="input"
          type="text"
          aria-label={label}
          aria-describedby="ask-hint"
          autocomplete="off"
          spellcheck={false}
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setFault('');
          }}
        />
        <button type="submit" class="btn">
          {action}
        </button>
        <p id="ask-hint" class={fault === '' ? 'muted' : 'bad'} role={fault === '' ? undefined : 'alert'}>
          {fault === '' ? hint : `▲ ${fault}`}
        </p>
      </form>
    </Dialog>
  );
}
