// The way to what a cvar costs: its code comes when somebody asks.

import { useApp } from '../../core/app';
import { Later } from '../../widgets/later';
import { CvarsPanel } from './panel';

const costView = async () => (await import('./cost')).Cost;

/** The panel, or in its place what the cvar in the address costs. */
export function CvarsPlace() {
  const app = useApp();
  const cost = app.url.param('cost', '', 'cvars');
  const close = (): void => {
    cost.value = '';
  };
  if (cost.value === '') return <CvarsPanel />;
  return <Later of={costView} props={{ name: cost.value, onClose: close }} />;
}
