// The button that pins a cvar to the Overview.

import { useApp } from '../../core/app';
import { Icon } from '../../shell/icons';
import { pinsOf } from './pins';

export function PinButton({ name }: { name: string }) {
  const app = useApp();
  const pins = pinsOf(app);
  const on = pins.has(name);
  return (
    <button
      type="button"
      class="btn soft"
      aria-pressed={on}
      title={on ? 'Take it off the Overview' : 'Show it on the Overview, with its editor'}
      onClick={() => pins.toggle(name)}
    >
      <Icon name="pin" />
      {on ? 'Pinned' : 'Pin'}
    </button>
  );
}
