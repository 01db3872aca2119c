// shows: a hook changes other transactions through hooks.transactions
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.before(names.list, (transaction) => {
  hooks.transactions[names.create].request.headers['X-From'] = transaction.name;
  hooks.transactions[names.view].skip = true;
  hooks.transactions[names.change].fail = 'decided early';
});
hooks.after(names.create, (transaction) => {
  hooks.transactions[names.remove].fullPath = `/items/${JSON.parse(transaction.real.body).id}?created`;
});
