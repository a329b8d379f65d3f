/** Whether the page is as narrow as a phone; lists are then laid out in two lines. */
import { useSyncExternalStore } from 'react';

const narrow = matchMedia('(max-width: 40rem)');

export const usePhone = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      narrow.addEventListener('change', listener);
      return () => narrow.removeEventListener('change', listener);
    },
    () => narrow.matches,
  );
