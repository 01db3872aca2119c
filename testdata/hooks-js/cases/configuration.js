// shows: what hooks.configuration tells
const hooks = require('hooks');
const note = require('note');
const names = require('names');

const c = hooks.configuration;
note(c.endpoint.replace(/\d+\/?$/, 'PORT'));
note(`${c.path.every((p) => p.endsWith('api.apib'))} ${c.language} ${c.hookfiles.map((f) => require('path').basename(f))}`);
note(`${c.custom.cwd === process.cwd()} ${Array.isArray(c.custom.argv)} ${JSON.stringify([c.only, c.method, c.header, c.sorted, c.names, c.require])}`);
