// A font: a specimen in sizes, a text of one's own, all its characters.

import './font.css';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { count } from '../../../core/units';
import type { ViewProps } from '../views';
import { type FontFacts, readFont } from './fontfile';
import { Glyphs } from './glyphs';

const pangram = 'The quick brown fox jumps over the lazy dog. 0123456789 äöü ß é ñ ø € £ ¿? ¡! “” & @';
const sizes = [11, 14, 18, 24, 36, 48, 72];

let faces = 0;

/** Makes the browser know a font under a name of its own, as long as it is shown. */
function useFace(data: Uint8Array<ArrayBuffer>, onFault: (reason: string) => void): string {
  const [family, setFamily] = useState('');
  useEffect(() => {
    if (typeof FontFace !== 'function') {
      onFault('This browser makes no fonts from bytes (FontFace is missing).');
      return;
    }
    let left = false;
    const name = `asset-face-${++faces}`;
    // From bytes, not from an address: the page's policy lets fonts come from nowhere else.
    const face = new FontFace(name, data.slice().buffer);
    face.load().then(
      () => {
        if (left) return;
        document.fonts.add(face);
        setFamily(name);
      },
      () =>
        !left &&
        onFault(
          'This browser refuses it: the format is another, or the file is broken. Browsers take TrueType, OpenType, WOFF and WOFF2.',
        ),
    );
    return () => {
      left = true;
      document.fonts.delete(face);
    };
  }, [data]);
  return family;
}

export function FontView({ app, asset, file, onFault }: ViewProps) {
  const family = useFace(file.data, onFault);
  const facts = useMemo(() => readFont(file.data), [file]);
  const own = app.url.param('text', '', 'assets');
  const [view, setView] = useState<'lines' | 'glyphs'>('lines');
  const box = useRef<HTMLElement>(null);
  const words = own.value || pangram;
  useEffect(() => {
    for (const line of box.current?.querySelectorAll<HTMLElement>('[data-size]') ?? []) {
      line.style.fontFamily = `"${family}"`;
      line.style.fontSize = `${line.dataset.size}px`;
    }
  }, [family, view, words]);
  return (
    <div class="view-column">
      <div class="view-bar" role="toolbar" aria-label="Font">
        <fieldset class="segments" aria-label="What is shown">
          <button type="button" aria-pressed={view === 'lines'} onClick={() => setView('lines')}>
            Lines
          </button>
          <button type="button" aria-pressed={view === 'glyphs'} onClick={() => setView('glyphs')}>
            Characters
          </button>
        </fieldset>
        {view === 'lines' && (
          <input
            class="input font-text"
            type="text"
            aria-label="Text of the specimen"
            placeholder="A text of your own"
            value={own.value}
            onInput={(e) => {
              own.value = e.currentTarget.value;
            }}
          />
        )}
      </div>
      {view === 'lines' ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        <section class="font-lines scroll" ref={box} tabIndex={0} aria-label={`Specimen of ${asset.name}`}>
          {family !== '' &&
            sizes.map((size) => (
              <div key={size} class="font-line">
                <span class="muted num">{size}</span>
                <span data-size={size}>{words}</span>
              </div>
            ))}
        </section>
      ) : (
        <Glyphs characters={facts?.characters ?? latin} family={family} app={app} />
      )}
      <Foot facts={facts} />
    </div>
  );
}

/** What most fonts have: for those that are packed, so that this page cannot look into them. */
const latin = Array.from({ length: 0x17f - 0x20 }, (_, i) => 0x20 + i).filter((c) => c < 0x7f || c > 0xa0);

function Foot({ facts }: { facts: FontFacts | undefined }) {
  if (facts === undefined)
    return <p class="view-foot muted">The file is packed: which characters it has is not known.</p>;
  const { names, characters, glyphs, unitsPerEm } = facts;
  return (
    <p class="view-foot">
      <span class="cut">
        {names.get(1)} <span class="muted">{names.get(2)}</span>
      </span>
      <span class="space" />
      <span>
        {count(characters.length)} <span class="muted">characters</span> {count(glyphs)}{' '}
        <span class="muted">glyphs, {count(unitsPerEm)} units per em</span>
      </span>
    </p>
  );
}
