// Does not load, on purpose.

import { test } from 'scry-client/test';

test('is declared', () => {});
throw new Error('this file is broken');
