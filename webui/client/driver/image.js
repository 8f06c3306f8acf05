// A picture compared with one that is kept beside the tests, in the folder expected.

import { checkOptions } from './context.js';
import { ExpectationError, TestError } from './failure.js';
import { count } from './format.js';
import { compare } from './pixels.js';
import { decode, encode } from './png.js';

/** The expected picture's name below the folder of the test's file. */
function pathOf(file, name) {
  if (!/^[\w.-]+(\/[\w.-]+)*\.png$/.test(name) || name.split('/').includes('..')) {
    throw new TestError(`a picture's name is like bloom.png, not ${JSON.stringify(name)}`);
  }
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/') + 1) : '';
  return `${folder}expected/${name}`;
}

/** The display, or a picture that was taken, is as the one that is kept. */
export async function toMatchImage(subject, negated, name, options) {
  if (negated) throw new TestError('toMatchImage has no not: that a picture differs in one pixel says nothing');
  const { scale, ...settings } = checkOptions('toMatchImage', options, [
    'threshold',
    'antialias',
    'mask',
    'maxDiffPixels',
    'maxDiffRatio',
    'scale',
  ]);
  const { context } = subject;
  const path = pathOf(context.file, name);
  const picture = subject.png ? subject : await subject.screenshot({ scale });
  const kept = await context.host.read?.(path);
  const details = { matcher: 'toMatchImage', frame: picture.frame, tick: picture.tick };
  if (!kept) {
    if (await keep(context, path, picture.png)) return;
    throw new ExpectationError(`there is no picture ${path} yet: run with --update to keep this one`, {
      ...details,
      image: { name, actual: picture.png },
    });
  }
  const [expected, actual] = [await decode(kept), await picture.pixels()];
  if (expected.width !== actual.width || expected.height !== actual.height) {
    if (await keep(context, path, picture.png)) return;
    throw new ExpectationError(
      `expected ${subject.label} to match ${name}, which has ${expected.width} x ${expected.height} pixels and not ${actual.width} x ${actual.height}`,
      { ...details, image: { name, expected: kept, actual: picture.png } },
    );
  }
  const { differ, of, diff } = compare(expected, actual, settings);
  const allowed = Math.max(settings.maxDiffPixels ?? 0, Math.floor((settings.maxDiffRatio ?? 0) * of));
  if (differ <= allowed || (await keep(context, path, picture.png))) return;
  throw new ExpectationError(
    `expected ${subject.label} to match ${name}\n\n${count(differ, 'pixel')} of ${of} differ (${((100 * differ) / of).toFixed(2)} %), and ${allowed} may (tick ${picture.tick}, frame ${picture.frame})`,
    { ...details, image: { name, expected: kept, actual: picture.png, diff: await encode(diff), differ, of, allowed } },
  );
}

/** Keeps a picture as the expected one from now on, where the run was asked to. */
async function keep(context, path, png) {
  if (!context.update) return false;
  if (!context.host.write) throw new TestError(`${path} cannot be written from here`);
  await context.host.write(path, png);
  context.note('expect', `keeps ${path}`);
  return true;
}
