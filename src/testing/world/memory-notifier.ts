/** A notifier that composes as the real one does and keeps what was sent; a test decides over each delivery. */
import { createNotifier } from '../../adapters/notify/index.ts';
import type { Notifier, NotifyError, NotifyRequest, Outgoing, OutgoingMail } from '../../ports/index.ts';
import { err, ok, type Result } from '../../std/index.ts';

export class MemoryNotifier implements Notifier {
  readonly #real = createNotifier();
  /** What was taken, in order. */
  readonly sent: (Outgoing | OutgoingMail)[] = [];
  /** Deliveries that were tried. */
  tries = 0;
  /** Undefined: it is taken. */
  fail: (outgoing: Outgoing | OutgoingMail) => NotifyError | undefined = () => undefined;

  compose(request: NotifyRequest): Result<Outgoing | OutgoingMail | undefined, NotifyError> {
    return this.#real.compose(request);
  }

  send(outgoing: Outgoing | OutgoingMail): Promise<Result<void, NotifyError>> {
    this.tries += 1;
    const error = this.fail(outgoing);
    if (error === undefined) this.sent.push(outgoing);
    return Promise.resolve(error === undefined ? ok(undefined) : err(error));
  }

  close(): Promise<void> {
    return this.#real.close();
  }
}
