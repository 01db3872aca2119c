// shows: a hook changes what is expected
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.before(names.list, (transaction) => {
  transaction.expected.statusCode = '418';
});
hooks.beforeValidation(names.change, (transaction) => {
  const body = JSON.parse(transaction.expected.body);
  delete body.price;
  transaction.expected.body = JSON.stringify(body);
});
hooks.beforeValidation(names.view, (transaction) => {
  transaction.expected.headers['X-Missing'] = 'yes';
});
