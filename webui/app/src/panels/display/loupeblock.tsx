// The loupe, the colour under it, and the entity that was picked.

import { useSignal } from '@preact/signals';
import { useLive } from '../../core/live';
import { fixed, none } from '../../core/units';
import { Mount } from '../../widgets/mount';
import { markOf, nameText } from '../world/columns';
import { worldOf } from '../world/source';
import { colourName, enlarged, Loupe, type Pixel } from './loupe';
import type { Display } from './model';

export function LoupeBlock({ display }: { display: Display }) {
  const pixel = useSignal<Pixel | undefined>(undefined);
  const at = pixel.value;
  return (
    <section class="panel display-block loupe-block" aria-label="Loupe">
      <header class="panel-head">
        <h2>Loupe</h2>
        <span class="muted">{enlarged}×</span>
        <span class="space" />
        <span class="muted">{at ? `${at.x}, ${at.y}` : none}</span>
      </header>
      <div class="dp-block-body">
        <Mount
          class="dp-loupe-host"
          make={() =>
            new Loupe(display, (next) => {
              const old = pixel.peek();
              if (JSON.stringify(old) !== JSON.stringify(next)) pixel.value = next;
            })
          }
        />
        <p class="dp-loupe-colour">
          <span class="dp-loupe-swatch" ref={(el) => paint(el, at)} />
          <span class="mono">{at ? colourName(at.rgb) : none}</span>
          <span class="space" />
          <span class="muted">sRGB</span>
        </p>
        <Picked display={display} />
      </div>
    </section>
  );
}

// Through the object model: the page's policy refuses a style in the markup.
function paint(el: HTMLElement | null, pixel: Pixel | undefined): void {
  if (el !== null) el.style.backgroundColor = pixel ? `rgb(${pixel.rgb.join(' ')})` : '';
}

function Picked({ display }: { display: Display }) {
  const { picker, app } = display;
  const entity = picker.entity.value;
  const kinds = picker.known.value;
  const at = useLive(() => {
    const spot = picker.at();
    return spot === undefined ? '' : `${fixed(spot.x, 2)}, ${fixed(spot.y, 2)}`;
  });
  const [id] = picker.selected.value;
  if (display.player !== undefined) return null;
  if (id === undefined || entity === undefined)
    return <p class="muted">{id === undefined ? 'Click the picture to pick an entity.' : `${id} is not there.`}</p>;
  const { shape, ink } = markOf(kinds, entity.kind, (k) => worldOf(app).inks.of(k));
  const kind = kinds.find((k) => k.kind === entity.kind);
  const unit = kind?.fields.find((f) => f.path === kind.position?.[0])?.unit ?? '';
  return (
    <dl class="dp-facts">
      <div>
        <dt>picked</dt>
        <dd class="cut">
          <span class={`kind-mark ink-${ink}`} aria-hidden="true">
            {shape}
          </span>{' '}
          <a href={app.url.href('world', { sel: id })}>{nameText(entity.kind, entity.name)}</a>
        </dd>
      </div>
      <div>
        <dt>pos</dt>
        <dd class="cut">
          {at}
          <span class="unit"> {at.value === '' ? 'not in the picture' : unit}</span>
        </dd>
      </div>
    </dl>
  );
}
