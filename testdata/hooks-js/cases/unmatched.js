// shows: a hook for a transaction that does not exist
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.before('Items > Items > Lst', (transaction) => note('never'));
hooks.before(names.list, (transaction) => note('before list'));
