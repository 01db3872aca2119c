// shows: hooks.transactions when the file is loaded
const hooks = require('hooks');
const note = require('note');
const names = require('names');

note(Object.keys(hooks.transactions).join());
hooks.transactions[names.view].skip = true;
hooks.transactions[names.list].request.headers['X-At-Load'] = 'yes';
hooks.beforeAll((transactions) => note(`the same: ${transactions[2] === hooks.transactions[names.view]}`));
