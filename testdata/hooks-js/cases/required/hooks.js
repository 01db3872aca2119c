// shows: --require loads a module before the hook files
// args: --require ./cases/required/setup

const hooks = require('hooks');
const note = require('note');

note(`global ${global.suite}`);
