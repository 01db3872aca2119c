// shows: a hook file without hooks
const hooks = require('hooks');
const note = require('note');
const names = require('names');

note('loaded');
