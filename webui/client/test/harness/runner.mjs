// A process that starts a game, says which, and then ends in the way that it is told.

import { garden } from './garden.mjs';

const { process: child, game } = await garden();
const how = process.argv[2];
if (how === 'own') process.on('SIGTERM', () => setTimeout(() => process.exit(6), 100));
await game.call('time.hold');
console.log(child.pid);
if (how === 'throw') throw new Error('of the runner');
if (how === 'exit') process.exit(5);
