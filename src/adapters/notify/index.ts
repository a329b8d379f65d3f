/**
 * News to chat, mail, webhooks, Alertmanager and Git hosts.
 * In: news in words, a Channel, the entries of its Secret. Out: a request, and whether it was taken. Never: follows a redirect, shows an address that is a secret.
 */
export { createNotifier, silentNotifier } from './notifier.ts';
