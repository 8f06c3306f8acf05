// "Keep my changes": what was edited and still holds, as a JSON patch and as Go, to be put into the game.

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useApp } from '../../core/app';
import { copyText, downloadText } from '../../core/clipboard';
import { many } from '../../core/units';
import { Dialog } from '../../widgets/dialog/dialog';
import { whyNot } from './actions';

type Form = 'go' | 'json';

/** Asks the game when it opens, and when somebody else's edits are wanted too. */
export function KeepDialog({ onClose }: { onClose(): void }) {
  const app = useApp();
  const form = useSignal<Form>('go');
  const all = useSignal(false);
  const patch = useSignal<{ json: unknown[]; go: string } | undefined>(undefined);
  const fault = useSignal('');
  useEffect(() => {
    const author = all.value ? {} : { author: app.me.peek()?.name ?? '' };
    app.rpc.call('world.patch', author).then(
      (found) => {
        patch.value = found;
        fault.value = '';
      },
      (reason: unknown) => {
        fault.value = whyNot(reason);
      },
    );
  }, [app, all.value]);
  const found = patch.value;
  const text = found === undefined ? '' : form.value === 'go' ? found.go : JSON.stringify(found.json, undefined, 2);
  const n = found?.json.length ?? 0;
  const copy = () => {
    if (copyText(text)) app.toast('Copied');
  };
  return (
    <Dialog label="Keep changes" class="keep" onClose={onClose}>
      <header class="panel-head">
        <h2>Keep changes</h2>
        <span class="muted">
          {found &&
            `${many(n, 'value')} that ${n === 1 ? 'differs from before and still holds' : 'differ from before and still hold'}`}
        </span>
        <span class="space" />
        <button type="button" class="btn quiet icon" aria-label="Close" onClick={onClose}>
          ✕
        </button>
      </header>
      <div class="filter-line">
        <fieldset class="whose" aria-label="Written as">
          {(['go', 'json'] as const).map((f) => (
            <button
              key={f}
              type="button"
              class="btn quiet"
              aria-pressed={form.value === f}
              onClick={() => (form.value = f)}
            >
              {f === 'go' ? 'Go' : 'JSON patch'}
            </button>
          ))}
        </fieldset>
        <label class="keep-all">
          <input
            type="checkbox"
            checked={all.value}
            onChange={(e) => {
              all.value = e.currentTarget.checked;
            }}
          />{' '}
          of everybody
        </label>
        <span class="space" />
        <button type="button" class="btn soft" disabled={n === 0} onClick={copy}>
          Copy
        </button>
        <button
          type="button"
          class="btn soft"
          disabled={n === 0}
          onClick={() => downloadText(form.value === 'go' ? 'world.go.txt' : 'world.patch.json', text)}
        >
          Download
        </button>
      </div>
      {fault.value !== '' ? (
        <p class="empty bad">▲ {fault.value}</p>
      ) : found !== undefined && n === 0 ? (
        <p class="empty">
          <b>Nothing to keep.</b>
          {all.value ? 'Nobody changed' : 'You changed'} nothing that still holds.
        </p>
      ) : (
        <textarea class="keep-text mono" readOnly aria-label="The changes" value={text} />
      )}
    </Dialog>
  );
}
