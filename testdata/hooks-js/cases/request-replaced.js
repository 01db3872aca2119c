// shows: a hook puts another request in place
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.before(names.create, (transaction) => {
  transaction.request = { ...transaction.request, body: '{"name":"another"}', headers: { ...transaction.request.headers, 'X-New': 'yes' } };
});
