/** Entry of a thread that renders. */
import { parentPort, workerData } from 'node:worker_threads';
import { standardBuilders } from '../../controllers/index.ts';
import type { FromWorker, ToWorker, WorkerSettings } from './messages.ts';
import { renderServer } from './serve.ts';

const port = parentPort;
if (port !== null) {
  const receive = renderServer(standardBuilders((workerData as WorkerSettings).chart), (message: FromWorker) => port.postMessage(message));
  port.on('message', (message: ToWorker) => receive(message));
}
