// shows: a hook sends a request where nobody listens; after hooks run
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.before(names.view, (transaction) => {
  transaction.port = '1';
});
hooks.beforeEachValidation((transaction) => note(`beforeEachValidation ${transaction.id}`));
hooks.afterEach((transaction) => note(`afterEach ${transaction.id} test ${Boolean(transaction.test)}`));
