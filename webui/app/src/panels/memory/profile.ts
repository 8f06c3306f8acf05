// The heap profile as a file, for go tool pprof.

import type { App } from '../../core/app';
import { downloadBlob } from '../../core/clipboard';
import type { MemoryModel } from './model';

/** Downloads the profile. A game that serves none is not asked again. */
export async function saveHeapProfile(app: App, model: MemoryModel): Promise<void> {
  await model.ask('profile', async () => {
    const answer = await app.fetch('debug/pprof/heap');
    if (answer.status === 404) {
      model.noProfile.value = 'This game serves no pprof';
      app.toast('This game serves no pprof: there is no heap profile to download', 'warn');
      return;
    }
    if (!answer.ok) throw new Error(`The game gives no heap profile: ${(await answer.text()).trim()}`);
    const frame = app.clock.peek().frame;
    downloadBlob(`heap-${frame}.pb.gz`, await answer.blob());
  });
}
