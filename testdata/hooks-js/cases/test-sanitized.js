// shows: a hook takes secrets out of what is reported
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.afterEach((transaction) => {
  delete transaction.test.request.body;
  transaction.test.request.headers = {};
  transaction.test.message = 'hidden';
  note(Object.keys(transaction.test).join());
});
