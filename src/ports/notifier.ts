/** Telling people and machines elsewhere: one message made for one kind of receiver, and sent. Never throws for what a receiver does. */
import type { ChannelSpec, Severity } from '../api/index.ts';
import type { Result } from '../std/index.ts';

/** One piece of news, complete. Nothing in it is secret. */
export interface News {
  readonly id: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** From the vocabulary (`api/news.table.ts`). */
  readonly type: string;
  readonly severity: Severity;
  readonly message: string;
  /** `main@sha1:…` */
  readonly revision?: string;
  /** Who caused it, where that is known. */
  readonly actor?: string;
  /** Address of the Git repository the object is made from. */
  readonly repository?: string;
  readonly installation: string;
  /** Where a person finds more. */
  readonly link?: string;
}

/** News in the words of a Channel. */
export interface Told {
  readonly news: News;
  readonly title: string;
  readonly text: string;
}

/** A request that is ready to be sent. */
export interface Outgoing {
  readonly via: 'http';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Slack answers 200 to everything and says in the body whether it did it. */
  readonly answers?: 'slack';
}

export interface OutgoingMail {
  readonly via: 'smtp';
  readonly host: string;
  readonly port: number;
  readonly tls: 'starttls' | 'tls' | 'none';
  readonly username?: string;
  readonly password?: string;
  readonly ca?: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly messageId: string;
}

export interface NotifyError {
  /** `Invalid`: the Channel or its Secret is incomplete; `Refused`: trying again does not help. */
  readonly code: 'Invalid' | 'Refused' | 'Unavailable';
  /** A sentence without credentials; addresses that are secret are not in it. */
  readonly message: string;
  /** Milliseconds the receiver asks for. */
  readonly notBefore?: number;
}

export interface NotifyRequest {
  readonly spec: ChannelSpec;
  /** Entries of the Channel's Secret. */
  readonly secret: ReadonlyMap<string, string>;
  /** More than one only for Alertmanager. */
  readonly told: readonly Told[];
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

export interface Notifier {
  /** Pure. Undefined: nothing to be said to this receiver. */
  compose(request: NotifyRequest): Result<Outgoing | OutgoingMail | undefined, NotifyError>;
  send(outgoing: Outgoing | OutgoingMail): Promise<Result<void, NotifyError>>;
  close(): Promise<void>;
}
