// shows: done is called with an error
// differs: counts: an error that done gets makes the transaction an error; Dredd drops it
// bailiff counts: 3 1 1 0
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.before(names.view, (transaction, done) => done(new Error('given to done')));
hooks.after(names.view, (transaction) => note('after view'));
