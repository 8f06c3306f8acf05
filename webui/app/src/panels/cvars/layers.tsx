// The layers of a cvar, strongest first: which value each has, who gave it, and from where.

import { useApp } from '../../core/app';
import type { Cvar } from '../../core/protocol';
import { count } from '../../core/units';
import { FrameLink } from '../../widgets/framelink/framelink';
import { layerName, person, place, word } from './marks';
import { bare } from './spec';

export function Layers({ cvar }: { cvar: Cvar }) {
  const app = useApp();
  const spec = bare(cvar);
  const me = app.me.value?.name;
  const layers = [
    ...(cvar.layers ?? []),
    { layer: 'default', value: cvar.default, by: '', frame: undefined, from: cvar.where },
  ];
  return (
    <section>
      <h3 class="cvar-title">
        Layers <span class="muted">the strongest holds</span>
      </h3>
      <table class="rows cvar-layers" aria-label="Layers">
        <thead>
          <tr>
            <th>Layer</th>
            <th class="num">Value</th>
            <th>By</th>
          </tr>
        </thead>
        <tbody>
          {layers.map((l) => {
            const who = person(l.by, l.layer, me);
            const holds = l.layer === (cvar.layer || 'default');
            return (
              <tr key={l.layer} class={holds ? 'holds' : 'muted'}>
                <td class="cut">
                  {holds && <span class="accent">● </span>}
                  {layerName(l.layer)}
                  {holds && <span class="aside">, holds</span>}
                </td>
                <td class="num cut" title={word(spec, l.value)}>
                  {word(spec, l.value)}
                </td>
                <td class="cut" title={l.from}>
                  {who}
                  {l.frame ? ' ' : ''}
                  {l.frame ? <FrameLink frame={l.frame} text={`#${count(l.frame)}`} /> : null}
                  {l.from && <span class="muted"> {place(l.from)}</span>}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
