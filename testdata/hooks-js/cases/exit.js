// shows: a hook ends the process
// differs: counts exit: a hook that ends the process ends the run as a failure, with the summary; Dredd ends with what the hook said
// bailiff counts: 2 0 1 0
// bailiff exit: 1
const hooks = require('hooks');
const note = require('note');
const names = require('names');

hooks.before(names.view, (transaction) => process.exit(0));
