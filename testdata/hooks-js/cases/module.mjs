// shows: a module of ECMAScript
// differs: order: hook files may be modules of ECMAScript
// bailiff order: beforeAll 5, before Items > Items > List

import hooks, { before } from 'hooks';
import note from '../lib/note.js';

hooks.beforeAll((transactions) => note(`beforeAll ${transactions.length}`));
before('Items > Items > List', (transaction) => note(`before ${transaction.name}`));
