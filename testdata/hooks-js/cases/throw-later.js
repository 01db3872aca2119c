// shows: an error is thrown when the hook has returned long ago
// differs: counts: what a hook throws too late ends the run, with the summary; Dredd ends without it
// bailiff counts: 2 0 1 0
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.before(names.view, (transaction, done) => setTimeout(() => {
  throw new Error('thrown later');
}, 1));
