// shows: a hook file that throws when it is loaded: hooks before that stay
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.before(names.list, (transaction) => note('before list'));
throw new Error('thrown at load');
