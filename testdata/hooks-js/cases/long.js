// shows: a long run of characters of several bytes in a body
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.before(names.create, (transaction) => {
  transaction.request.body = JSON.stringify({ name: '灯é😀'.repeat(50000) });
});
