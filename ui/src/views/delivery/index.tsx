/** How well delivery works, over everything this person may see. */
import { useEffect, type JSX } from 'react';
import { DeliveryFigures } from './figures.tsx';

export default function DeliveryView(): JSX.Element {
  useEffect(() => {
    document.title = 'Delivery · Lockstep';
  }, []);
  return (
    <div className="view stack">
      <h1>Delivery</h1>
      <DeliveryFigures />
    </div>
  );
}
