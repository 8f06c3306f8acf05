// Line drawings of 16 px in the colour of the text beside them.

const paths = {
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9M10.5 10.5L14 14',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3.5v9l7-4.5z',
  step: 'M4 3.5v9l6-4.5zM12.5 3.5v9',
  close: 'M4 4l8 8M12 4l-8 8',
  pin: 'M5.5 2.5h5M6.5 2.5v4L4.5 9h7l-2-2.5v-4M8 9v4.5',
  copy: 'M5.5 5.5h7v8h-7zM3.5 10.5v-8h7',
  theme: 'M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11M8 2.5v11a5.5 5.5 0 0 0 0-11',
  tree: 'M3.5 3.5h4M6 8h6.5M6 12.5h6.5M3.5 3.5V12.5H6M3.5 8H6',
  flag: 'M4 14V2.5h8l-2 3 2 3H4',
  recycle: 'M3 8a5 5 0 0 1 8.6-3.5L13 6M13 2.5V6H9.5M13 8a5 5 0 0 1-8.6 3.5L3 10M3 13.5V10h3.5',
  left: 'M10 3.5L5 8l5 4.5',
  right: 'M6 3.5L11 8l-5 4.5',
  undo: 'M6.5 3.5L3 7l3.5 3.5M3 7h6a3.5 3.5 0 0 1 0 7H7.5',
  bin: 'M3 4.5h10M6 4.5v-2h4v2M4.5 4.5l.6 9h5.8l.6-9M7 7v4M9 7v4',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, fill = false }: { name: IconName; fill?: boolean }) {
  return <Drawing path={paths[name]} fill={fill || name === 'theme'} />;
}

/** A drawing that is not one of these, in their manner. */
export function Drawing({ path, fill = false }: { path: string; fill?: boolean }) {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill={fill ? 'currentColor' : 'none'}
      fill-rule="evenodd"
      stroke="currentColor"
      stroke-width="1.3"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={path} />
    </svg>
  );
}
