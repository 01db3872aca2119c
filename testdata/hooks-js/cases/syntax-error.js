// shows: a hook file with an error of syntax: it is warned about, and the rest runs

const hooks = require('hooks');

hooks.before(
