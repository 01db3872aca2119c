// shows: a hook file that does not exist
// args: --hookfiles ./cases/nowhere.js

const note = require('note');

note('loaded');
