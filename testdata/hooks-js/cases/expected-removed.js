// shows: a hook takes away what is expected
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.beforeEachValidation((transaction) => {
  delete transaction.expected.body;
  delete transaction.expected.bodySchema;
  delete transaction.expected.headers;
});
