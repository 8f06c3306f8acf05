// Line drawings for controls that are plain elements, of 16 px in the colour of the text.

const space = 'http://www.w3.org/2000/svg';

/** A drawing of one path. */
export function icon(path: string): SVGElement {
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(space, 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}
