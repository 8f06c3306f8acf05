// The question that an undo raises when somebody else changed the value meanwhile. It pushes the
// panel's content down and never covers it.

import './ask.css';
import { useApp } from '../../core/app';
import { brief, editing } from '../../core/editing';

/** Shown only while there is a question. */
export function UndoQuestion() {
  const app = useApp();
  const { question } = editing(app);
  const asked = question.value;
  if (asked === null) return null;
  const { entry, current, wanted, by, words, back } = asked;
  const expected = back ? entry.after : entry.before;
  const go = async () => {
    question.value = null;
    const verdict = await asked.force();
    if (verdict.kind === 'failed') app.toast(`${entry.label} stays as it is: ${verdict.reason}`, 'bad');
  };
  return (
    <div class="ask" role="alert">
      <span class="warn">▲</span>
      <span>
        <b>{entry.label}</b>{' '}
        {words ??
          `is ${brief(current)} now, not ${brief(expected)} as you left it: ${by || 'somebody'} changed it since.`}
      </span>
      <span class="space" />
      <button type="button" class="btn" onClick={() => void go()}>
        {words ? `${back ? 'Undo' : 'Redo'} anyway` : `Set ${brief(wanted)} anyway`}
      </button>
      <button type="button" class="btn soft" onClick={() => (question.value = null)}>
        {words ? 'Leave it' : `Keep ${brief(current)}`}
      </button>
    </div>
  );
}
