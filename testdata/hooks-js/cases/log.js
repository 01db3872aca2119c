// shows: hooks.log and the console
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.before(names.list, (transaction) => {
  hooks.log('a line');
  hooks.log({ a: 1, b: { c: [1, 2] } });
  console.log('console');
  console.error('console, error');
  note(hooks.logs.map((l) => `${typeof l.timestamp} ${JSON.stringify(l.content)}`).join());
});
