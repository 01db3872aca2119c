// The worker that runs JavaScript hook files for bailiff. It speaks Dredd's protocol for hook
// handlers over TCP, a JSON object per line, with the additions described in doc.go, and gives hook
// files the module `hooks` that Dredd gives them.
//
//   BAILIFF_HOOKS_HOST=127.0.0.1 BAILIFF_HOOKS_PORT=61321 node worker.cjs [--timeout MS] [--require MODULE] FILE...
'use strict';

const fs = require('fs');
const Module = require('module');
const net = require('net');
const path = require('path');
const util = require('util');
const { pathToFileURL } = require('url');
const { StringDecoder } = require('string_decoder');

const kinds = ['beforeAll', 'beforeEach', 'before', 'beforeEachValidation', 'beforeValidation', 'after', 'afterEach', 'afterAll'];
const named = new Set(['before', 'beforeValidation', 'after']);
const shared = Symbol.for('bailiff.hooks');

/** parseArguments reads the command line of this worker. */
function parseArguments(words) {
  const args = { timeout: 0, files: words };
  while (args.files[0] === '--require' || args.files[0] === '--timeout') {
    const [option, value, ...rest] = args.files;
    args[option.slice(2)] = value;
    args.files = rest;
  }
  return args;
}

/** say prints a line; it goes out before anything that could end the process. */
function say(line) {
  fs.writeSync(1, `${line}\n`);
}

/** shown is how Dredd's logger prints what was given to hooks.log: the members of an object in a row,
 * those of inner objects among them. */
function shown(content) {
  if (content === undefined || content === null) {
    return ''; // as Dredd's logger has it
  }
  if (typeof content !== 'object') {
    return String(content);
  }
  return content instanceof Error ? explain(content) : ` ${members(content, new Set())}`;
}

function members(value, above) {
  if (above.has(value)) {
    return '[circular]';
  }
  const path = new Set(above).add(value);
  return Object.keys(value).map((key) => {
    const member = value[key];
    if (member === null || typeof member !== 'object' || member instanceof Date) {
      return `${key}=${String(member)}`;
    }
    if (Buffer.isBuffer(member)) {
      return `${key}=${member.toString('base64')}`;
    }
    if (Array.isArray(member)) {
      const items = member.map((m) => (m !== null && typeof m === 'object' ? members(m, path) : String(m)));
      return `${key}=[${items.join(', ')}]`;
    }
    return members(member, path);
  }).join(', ');
}

/** makeHooks returns the module `hooks`. Its functions are bound: people take them out of it. */
function makeHooks() {
  const hooks = { transactions: {}, configuration: {}, logs: [] };
  hooks.logger = {};
  for (const level of ['info', 'test', 'pass', 'fail', 'complete', 'actual', 'expected', 'hook', 'request', 'skip', 'error', 'warn', 'debug']) {
    hooks.logger[level] = (...words) => say(`${level}: ${words.map(shown).join(' ')}`);
  }
  hooks.log = (content) => {
    const text = content !== null && typeof content === 'object' ? util.inspect(content) : content;
    hooks.logs.push({ timestamp: Date.now(), content: text });
    say(`hook: ${shown(content)}`);
  };
  for (const kind of kinds) {
    hooks[`${kind}Hooks`] = named.has(kind) ? {} : [];
    hooks[kind] = named.has(kind)
      ? (name, fn) => register(hooks, kind, name, fn)
      : (fn) => register(hooks, kind, null, fn);
  }
  return hooks;
}

function register(hooks, kind, name, fn) {
  if (typeof fn !== 'function') {
    throw new TypeError(`hooks.${kind}: give it a function, not ${fn === null ? 'null' : typeof fn}`);
  }
  const at = callSite();
  if (!places.has(fn)) {
    places.set(fn, at);
  }
  const registry = hooks[`${kind}Hooks`];
  if (name === null) {
    registry.push(fn);
    return;
  }
  if (!Object.prototype.hasOwnProperty.call(registry, name)) {
    registry[name] = [];
  }
  registry[name].push(fn);
  registrations.push({ kind, name: String(name), at });
}

/** registrations lists the hooks that have names, for the warning about names that match nothing. */
const registrations = [];

/** places tells where a hook was registered first. */
const places = new WeakMap();

/** titleOf is what messages call a hook. */
function titleOf(kind, fn) {
  const at = places.get(fn);
  return at ? `${kind} hook (${at.file}:${at.line})` : `${kind} hook`;
}

/** callSite is the line of the hook file that called a function of `hooks`. */
function callSite() {
  const prepare = Error.prepareStackTrace;
  try {
    Error.prepareStackTrace = (_, sites) => sites;
    const site = new Error().stack.find((s) => s.getFileName() && s.getFileName() !== __filename);
    return site ? { file: path.basename(site.getFileName()), line: site.getLineNumber() } : null;
  } finally {
    Error.prepareStackTrace = prepare;
  }
}

/** provide makes `hooks` a module for whoever asks for it, by require or import. */
function provide(hooks) {
  globalThis[shared] = hooks;
  const load = Module._load;
  Module._load = function bailiffLoad(request, ...rest) {
    return request === 'hooks' ? hooks : Reflect.apply(load, this, [request, ...rest]);
  };
  const names = [...kinds, 'log', 'logger', 'logs', 'transactions', 'configuration'];
  const source = `const h = globalThis[Symbol.for('bailiff.hooks')];\nexport default h;\n${
    names.map((n) => `export const ${n} = h.${n};`).join('\n')}\n`;
  const url = `data:text/javascript,${encodeURIComponent(source)}`;
  if (Module.registerHooks) {
    Module.registerHooks({
      resolve: (specifier, context, next) => (
        specifier === 'hooks' ? { url, format: 'module', shortCircuit: true } : next(specifier, context)),
    });
  } else if (Module.register) {
    const loader = `export const resolve = (specifier, context, next) =>
      specifier === 'hooks' ? { url: ${JSON.stringify(url)}, format: 'module', shortCircuit: true } : next(specifier, context);`;
    Module.register(`data:text/javascript,${encodeURIComponent(loader)}`);
  }
}

/** loadFile runs a hook file: anew, while what it requires is cached as usual. */
async function loadFile(file) {
  if (/\.[cm]?tsx?$/.test(file) && !process.features.typescript) {
    throw new Error(`this Node (${process.version}) runs no TypeScript: use 22.18 or newer, or 22.6 with NODE_OPTIONS=--experimental-strip-types, or compile the file`);
  }
  const full = path.resolve(file);
  delete require.cache[full];
  try {
    if (/\.m[jt]s$/.test(full)) {
      await import(pathToFileURL(full).href);
    } else {
      require(full);
    }
  } catch (error) {
    if (error && (asynchronous.has(error.code) || isModuleSyntax(error) || isOursNotFound(error))) {
      await import(pathToFileURL(full).href);
      return;
    }
    throw error;
  }
}

const asynchronous = new Set(['ERR_REQUIRE_ESM', 'ERR_REQUIRE_ASYNC_MODULE']);

/** isOursNotFound: when Node requires a module of ECMAScript, versions without Module.registerHooks do not
 * ask our loader where `hooks` is. */
function isOursNotFound(error) {
  return error.code === 'ERR_MODULE_NOT_FOUND' && /package 'hooks'/.test(error.message);
}

/** isModuleSyntax tells a file that is written as a module but not named so. Node 20 refuses those. */
function isModuleSyntax(error) {
  return error instanceof SyntaxError && /Cannot use import statement|Unexpected token 'export'/.test(error.message);
}

/** explain is what is told about an error: the stack, which begins with the message, but for the lines
 * about this worker. */
function explain(error) {
  if (error instanceof Error || (error && typeof error.stack === 'string')) {
    const lines = String(error.stack || error).split('\n');
    return lines.filter((line) => !/^\s+at /.test(line) || !(line.includes(__filename) || line.includes('(node:internal') || line.includes('at new Promise (<anonymous>)'))).join('\n');
  }
  return typeof error === 'string' ? error : `a hook threw ${shown(error)}`;
}

/** isAssertion tells a failed expectation from a mistake in the hook, whoever's assertion it is. */
function isAssertion(error) {
  return Boolean(error) && (error.name === 'AssertionError' || error.code === 'ERR_ASSERTION');
}

/** call runs one hook as its number of parameters asks for, and waits until it is done, or for so many
 * milliseconds; 0 is for ever. */
function call(fn, data, timeout) {
  return new Promise((resolve, reject) => {
    const callback = fn.length >= 2;
    if (timeout > 0) {
      const what = callback ? 'it did not call done' : 'its promise was not fulfilled';
      const timer = setTimeout(() => reject(new Late(`took more than ${timeout} ms and was given up: ${what}`)), timeout);
      const cancel = (f) => (value) => { clearTimeout(timer); f(value); };
      [resolve, reject] = [cancel(resolve), cancel(reject)]; // eslint-disable-line no-param-reassign
    }
    const end = (error) => (error ? reject(error) : resolve());
    let result;
    try {
      result = callback ? fn(data, end) : fn(data);
    } catch (error) {
      reject(error === undefined || error === null ? new Error('a hook threw nothing') : error);
      return;
    }
    if (result && typeof result.then === 'function') {
      result.then(callback ? () => {} : () => resolve(), (error) => reject(error || new Error('a promise was rejected without a reason')));
    } else if (!callback) {
      resolve();
    }
  });
}

/** Late is a hook that was given up. */
class Late extends Error {}

/** plain tells objects whose members can be merged. */
function plain(v) {
  return v !== null && typeof v === 'object' && !Array.isArray(v) && !Buffer.isBuffer(v);
}

/** same compares what JSON gave. */
function same(a, b) {
  if (a === b || a === null || b === null || typeof a !== 'object' || typeof b !== 'object') {
    return a === b;
  }
  const keys = Object.keys(a);
  return Array.isArray(a) === Array.isArray(b) && keys.length === Object.keys(b).length
    && keys.every((key) => Object.prototype.hasOwnProperty.call(b, key) && same(a[key], b[key]));
}

/** merged is what hooks have, after what changed on the other side since it was told. Objects stay the
 * same ones, since hooks may hold on to them. */
function merged(ours, told, theirs) {
  if (same(told, theirs)) {
    return ours;
  }
  if (!plain(ours) || !plain(theirs)) {
    return theirs;
  }
  const before = plain(told) ? told : {};
  for (const key of Object.keys(before)) {
    if (!(key in theirs)) {
      delete ours[key];
    }
  }
  for (const key of Object.keys(theirs)) {
    ours[key] = merged(ours[key], before[key], theirs[key]);
  }
  return ours;
}

/** asJSON is a value as it arrives on the other side; undefined for what JSON cannot hold, which hooks
 * may keep in a transaction too. */
function asJSON(value) {
  try {
    const text = JSON.stringify(value);
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const identity = (t) => JSON.stringify([t.id, t.origin]);

/** Worker keeps the transactions, the very objects that all hooks get, and answers events. */
class Worker {
  constructor(hooks, args) {
    this.hooks = hooks;
    this.files = args.files;
    this.required = args.require;
    this.timeout = Number(args.timeout);
    this.transactions = []; // the list that hooks get
    this.waiting = []; // what runs, in order
    this.turn = 0; // where in it the next one is expected
    this.told = new Map(); // transaction -> its members when last exchanged
    this.errors = [];
    this.progress = () => {}; // is told which hook begins
  }

  /** answer handles one message and returns the reply. */
  async answer(message) {
    this.errors = [];
    const reply = { event: message.event, uuid: message.uuid, data: message.data };
    if (message.event === 'load') {
      reply.fatal = await this.load(message);
      reply.data = null;
      reply.hooks = registrations;
    } else if (message.event === 'beforeAll') {
      this.transactions.splice(0, this.transactions.length, ...this.known(this.transactions, message.data));
      await this.all('beforeAll');
      this.waiting = this.transactions.filter((t) => t !== null && typeof t === 'object');
      reply.data = this.waiting.map((t) => this.written(t));
      reply.length = reply.data.length;
    } else if (message.event === 'afterAll') {
      this.known(this.waiting, message.data);
      await this.all('afterAll');
      reply.data = this.waiting.map((t) => this.written(t));
    } else {
      reply.data = await this.one(message);
    }
    if (this.errors.length) {
      reply.error = this.errors.join('\n');
    }
    return reply;
  }

  /** load gives hook files what Dredd gives them and runs them. It returns why there can be no run, if so. */
  async load(message) {
    this.transactions = message.data.map((data) => this.made(data));
    for (const t of this.transactions) {
      this.hooks.transactions[t.name] = t;
    }
    Object.assign(this.hooks.configuration, message.configuration);
    if (this.required) {
      const problem = this.loadRequired();
      if (problem) {
        return problem;
      }
    }
    for (const file of this.files) {
      try {
        await loadFile(file);
      } catch (error) {
        this.errors.push(`the hook file ${file} could not be loaded, so hooks are missing: ${explain(error)}`);
      }
    }
    return undefined;
  }

  /** loadRequired loads the module of --require, and returns why it cannot. */
  loadRequired() {
    try {
      const here = [this.required, `${this.required}.js`].map((f) => path.resolve(f)).find((f) => fs.existsSync(f));
      require(here || require.resolve(this.required, { paths: [process.cwd()] }));
    } catch (error) {
      const why = error && error.code === 'MODULE_NOT_FOUND' ? error.message.split('\n')[0] : explain(error);
      return `cannot load ${this.required} (--require): ${why}`;
    }
    return '';
  }

  /** made is the transaction for what is not known yet. */
  made(data) {
    const t = asJSON(data);
    this.told.set(t, data);
    return t;
  }

  /** known returns, for each of the data, the transaction that hooks know it as: the Go side, or another
   * handler, may have moved, added and taken away. */
  known(list, data) {
    const free = new Map();
    for (const t of list) {
      const id = identity(this.told.get(t) || t);
      free.set(id, [...(free.get(id) || []), t]);
    }
    return data.map((d) => {
      const t = (free.get(identity(d)) || []).shift();
      if (!t) {
        const added = this.made(d);
        this.hooks.transactions[added.name] = added;
        return added;
      }
      this.update(t, d);
      return t;
    });
  }

  /** all runs the hooks of beforeAll or afterAll. They may change the very list. */
  async all(kind) {
    for (const fn of this.hooks[`${kind}Hooks`]) {
      await this.guard(kind, fn, this.transactions, this.transactions);
    }
  }

  /** one runs the hooks around one transaction, in the order that Dredd has for JavaScript. */
  async one(message) {
    if (message.event === 'beforeEach') {
      this.current = this.next(message.data);
    }
    const t = this.current || this.made(message.data);
    this.update(t, message.data);
    const order = {
      beforeEach: ['beforeEach', 'before'],
      beforeEachValidation: ['beforeEachValidation', 'beforeValidation'],
      afterEach: ['afterEach', 'after'],
    };
    for (const kind of order[message.event] || []) {
      const fns = named.has(kind) ? this.named(kind, t.name) : this.hooks[`${kind}Hooks`];
      for (const fn of fns) {
        await this.guard(kind, fn, t, [t]);
      }
    }
    return this.written(t);
  }

  /** next is the first transaction, of those whose turn has not come, that the data is of. */
  next(data) {
    const id = identity(data);
    const is = (t) => identity(this.told.get(t) || t) === id;
    const ahead = this.waiting.findIndex((t, i) => i >= this.turn && is(t));
    const at = ahead >= 0 ? ahead : this.waiting.findIndex(is);
    if (at < 0) {
      return null;
    }
    this.turn = at + 1;
    return this.waiting[at];
  }

  named(kind, name) {
    const registry = this.hooks[`${kind}Hooks`];
    return Object.prototype.hasOwnProperty.call(registry, name) ? registry[name] : [];
  }

  /** guard runs a hook. A failed assertion fails transactions, every other error is told. */
  async guard(kind, fn, data, transactions) {
    const title = titleOf(kind, fn);
    this.progress(title);
    try {
      await call(fn, data, this.timeout);
    } catch (error) {
      if (isAssertion(error)) {
        const text = `Failed assertion in hooks: ${error.message}`;
        for (const t of transactions.filter(plain)) {
          t.fail = text;
          t.errors = [...(Array.isArray(t.errors) ? t.errors : []), { severity: 'error', message: text }];
        }
        return;
      }
      this.errors.push(error instanceof Late ? `${title} ${error.message}` : `${title}: ${explain(error)}`);
    }
  }

  /** update takes over what changed on the other side since the last exchange. What hooks changed here
   * meanwhile stays. */
  update(t, data) {
    const told = this.told.get(t) || {};
    for (const key of Object.keys(data)) {
      t[key] = merged(t[key], told[key], data[key]);
    }
    this.told.set(t, { ...told, ...data });
    if (plain(t.test)) { // in Dredd these are the same objects
      for (const [part, key] of [['request', 'request'], ['expected', 'expected'], ['actual', 'real'], ['origin', 'origin'], ['results', 'results'], ['errors', 'errors']]) {
        if (t[key] && t.test[part] !== t[key] && same(t.test[part], t[key])) {
          t.test[part] = t[key];
        }
      }
    }
  }

  /** written is a transaction as it is sent. Bodies that are bytes become base64; what hooks deleted, null;
   * what JSON cannot hold stays here. */
  written(t) {
    const data = {};
    for (const key of Object.keys(this.told.get(t) || {})) {
      data[key] = null;
    }
    for (const key of Object.keys(t)) {
      const value = asJSON(withText(t[key]));
      if (value !== undefined) {
        data[key] = value;
      } else if (t[key] !== undefined) {
        delete data[key];
      }
    }
    this.told.set(t, data);
    return data;
  }
}

/** withText is the part of a transaction with its body as text. */
function withText(part) {
  if (plain(part) && part.body instanceof Uint8Array) {
    return { ...part, body: Buffer.from(part.body).toString('base64'), bodyEncoding: 'base64' };
  }
  return part;
}

/** serve answers the messages of one connection, one after the other. */
function serve(socket, worker) {
  const decoder = new StringDecoder('utf8');
  let pieces = []; // of a message that has not ended
  let last = Promise.resolve();
  socket.setNoDelay(true); // an answer must not wait until what it follows was acknowledged
  socket.on('error', () => {});
  socket.on('close', () => process.exit(0)); // the run is over, whatever hooks still wait for
  worker.progress = (title) => socket.write(`${JSON.stringify({ event: 'hook', data: title })}\n`);
  socket.on('data', (chunk) => {
    const lines = decoder.write(chunk).split('\n');
    pieces.push(lines[0]);
    for (const next of lines.slice(1)) {
      const line = pieces.join('');
      pieces = [next];
      last = last.then(() => answer(socket, worker, line));
    }
  });
}

async function answer(socket, worker, line) {
  const reply = await worker.answer(JSON.parse(line));
  await new Promise((resolve) => socket.write(`${JSON.stringify(reply)}\n`, resolve));
}

/** last tells of an error that nobody waits for any more, thrown or rejected after its hook had ended, and
 * ends the worker, since nothing can be said about what follows. */
function last(error) {
  fs.writeSync(2, `an error outside of a hook that is waited for: ${explain(error)}\n`);
  process.exit(1);
}

function main() {
  process.on('uncaughtException', last);
  process.on('unhandledRejection', last);
  const args = parseArguments(process.argv.slice(2));
  const hooks = makeHooks();
  provide(hooks);
  const worker = new Worker(hooks, args);
  const server = net.createServer((socket) => serve(socket, worker));
  server.listen(Number(process.env.BAILIFF_HOOKS_PORT), process.env.BAILIFF_HOOKS_HOST);
}

main();
