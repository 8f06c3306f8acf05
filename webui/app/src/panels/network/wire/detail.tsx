// One message in full: laid out, copied, and, when it was a call, made again.

import { useMemo, useState } from 'preact/hooks';
import { useApp } from '../../../core/app';
import { copyText, downloadText } from '../../../core/clipboard';
import type { WireMessage } from '../../../core/protocol';
import { count } from '../../../core/units';
import { Icon } from '../../../shell/icons';
import { CallEditor } from './call';
import { directions, moment } from './columns';
import type { WireList } from './list';
import { callOf, clientWords, tell } from './message';
import { pretty } from './pretty';

export function Detail({ list }: { list: WireList }) {
  const kept = list.picked.value;
  return (
    <section class="panel wire-detail" aria-label="Message">
      {kept?.message === undefined ? (
        <>
          <header class="panel-head">
            <h2>Message</h2>
          </header>
          <p class="empty">Select a message to read it.</p>
        </>
      ) : (
        <Message key={kept.no} message={kept.message} own={kept.own} onClose={() => list.unpick()} />
      )}
    </section>
  );
}

function Message({ message, own, onClose }: { message: WireMessage; own: boolean; onClose(): void }) {
  const app = useApp();
  const [calling, setCalling] = useState(false);
  const again = useMemo(() => (own ? callOf(message) : undefined), [message, own]);
  const text = message.text ?? '';
  const { name, content } = tell(message);
  const copy = (): void => {
    if (copyText(text)) app.toast('Message copied');
    else downloadText('message.json', text);
  };
  return (
    <>
      <header class="panel-head">
        <h2 class="cut">
          {directions[message.direction]} {clientWords(message)} {message.binary && name}
        </h2>
        <span class="muted cut">
          {moment(message.time)} s · {count(message.bytes)} B
        </span>
        <span class="space" />
        {again && (
          <button
            type="button"
            class="btn soft"
            aria-pressed={calling}
            title="Edit this call of yours and make it again"
            onClick={() => setCalling(!calling)}
          >
            Call again …
          </button>
        )}
        <button
          type="button"
          class="btn quiet icon"
          title="Copy the message"
          aria-label="Copy the message"
          onClick={copy}
        >
          <Icon name="copy" />
        </button>
        <button
          type="button"
          class="btn quiet icon"
          title="Close (Esc)"
          aria-label="Close the message"
          onClick={onClose}
        >
          ✕
        </button>
      </header>
      {calling && again && <CallEditor call={again} onLeave={() => setCalling(false)} />}
      <Json label="Text of the message" text={message.binary ? content : text} />
      {message.cut && (
        <p class="wire-cut">
          <span class="warn">▲</span> cut: {count(text.length)} characters of {count(message.bytes)} B are kept
        </p>
      )}
      {message.binary && <p class="wire-cut muted">A binary message: the wire tells its header only.</p>}
    </>
  );
}

/** A text laid out, as far as it is JSON. */
export function Json({ label, text }: { label: string; text: string }) {
  const pieces = useMemo(() => pretty(text), [text]);
  const json = /^\s*[{[]/.test(text);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <section class="wire-json scroll" tabIndex={0} aria-label={label}>
      {json
        ? pieces.map(({ tone, text: part }, i) => (
            <span key={i} class={`json-${tone}`}>
              {part}
            </span>
          ))
        : text}
    </section>
  );
}
