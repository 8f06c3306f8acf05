// Line drawings of the tools, 16 px.

import { Drawing } from '../../shell/icons';

const paths = {
  shot: 'M2.5 5h2.7l1-1.5h3.6l1 1.5h2.7v8h-11zM8 6.7a2.3 2.3 0 1 0 0 4.6a2.3 2.3 0 1 0 0-4.6',
  record: 'M8 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8',
  freeze: 'M8 2v12M2.8 5l10.4 6M13.2 5L2.8 11M6.3 3l1.7 1.5L9.7 3M6.3 13l1.7-1.5L9.7 13',
  pick: 'M4 2.5l8.5 5-4 1-2 4z',
  loupe: 'M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9M10.5 10.5L14 14M5 7h4M7 5v4',
  lock: 'M8 2v4M8 10v4M2 8h4M10 8h4M6.5 3.5L8 2l1.5 1.5M6.5 12.5L8 14l1.5-1.5M3.5 6.5L2 8l1.5 1.5M12.5 6.5L14 8l-1.5 1.5',
  hud: 'M2.5 3.5h11v9h-11zM4.5 6h3M4.5 8h3',
} as const;

export type ToolName = keyof typeof paths;

export function ToolIcon({ name, fill = false }: { name: ToolName; fill?: boolean }) {
  return <Drawing path={paths[name]} fill={fill} />;
}
