// Runs in the worker of the sandbox, as a classic script: a module cannot begin there. It makes a blob of
// each module, imports the client and its driver, and has that run a file. All that leaves goes through
// two ports: `game` carries JSON-RPC, `page` what happens. The page trusts nothing that comes out.
(() => {
  const beats = 250; // ms
  const waiting = new Map(); // questions to the page
  let page;
  let asked = 0;

  const tell = (message, transfer = []) => page.postMessage(message, transfer);

  const ask = (what, params) =>
    new Promise((resolve, reject) => {
      waiting.set(++asked, { resolve, reject });
      tell({ type: 'ask', id: asked, what, ...params });
    });

  const answered = ({ id, value, error }) => {
    const question = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) question?.resolve(value);
    else question?.reject(new Error(error));
  };

  // Addresses of modules, each behind those that it imports. Lines stay where they are.
  function addresses(modules) {
    const urls = [];
    for (const { name, parts } of modules) {
      const text = parts.map((part) => (typeof part === 'number' ? JSON.stringify(urls[part]) : part)).join('');
      const blob = new Blob([text, `\n//# sourceURL=${name}`], { type: 'text/javascript' });
      urls.push(URL.createObjectURL(blob));
    }
    return urls;
  }

  const host = {
    read: (name) => ask('read', { name }),
    artifact: (id, name, mediaType, bytes) => ask('artifact', { test: id, name, mediaType, bytes }),
    flight: () => ask('flight', {}),
    replay: ({ file, name, seed }) =>
      `npx scry-test ${quoted(file)} --grep ${quoted(`^${escaped(name)}$`)} --seed ${seed}`,
  };
  function said(value) {
    if (typeof value === 'string') return value;
    try {
      return JSON.stringify(value) ?? String(value);
    } catch {
      return String(value);
    }
  }
  const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const quoted = (text) => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

  async function start({ modules, client, driver, file, name, only, options }, ports) {
    const [control, game] = ports;
    page = control;
    const stop = new AbortController();
    control.onmessage = ({ data }) => {
      if (data.type === 'stop') stop.abort(new Error('the run was stopped'));
      else if (data.type === 'answer') answered(data);
      else if (data.type === 'ping') tell({ type: 'beat' });
    };
    setInterval(() => tell({ type: 'beat' }), beats);
    tell({ type: 'beat' });
    // What nobody waits for is the test's fault, too; a rejection that is let go would be lost.
    self.addEventListener('unhandledrejection', (event) => {
      tell({
        type: 'loose',
        message: String(event.reason?.message ?? event.reason),
        stack: String(event.reason?.stack ?? ''),
      });
    });
    for (const level of ['log', 'info', 'warn', 'error', 'debug']) {
      console[level] = (...values) => tell({ type: 'log', level, text: values.map(said).join(' ').slice(0, 5000) });
    }
    try {
      const urls = addresses(modules);
      const { connect } = await import(urls[client]);
      const { run } = await import(urls[driver]);
      const left = only && new Set(only);
      await run([{ name, load: () => import(urls[file]) }], {
        ...options,
        host: { ...host, connect: () => connect(game, { name: 'tests' }) },
        signal: stop.signal,
        ...(left && { filter: (test) => left.has(test.name) }),
        onEvent: (event) => tell({ type: 'event', event }),
      });
      tell({ type: 'done' });
    } catch (error) {
      tell({ type: 'failed', message: String(error?.message ?? error), stack: String(error?.stack ?? '') });
    }
  }

  self.onmessage = ({ data, ports }) => {
    self.onmessage = null;
    void start(data, ports);
  };
})();
//# sourceURL=/scry-client/sandbox.js
