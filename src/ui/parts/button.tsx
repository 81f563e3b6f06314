import type { ComponentProps } from 'react';
import './button.css';
import { joinClasses } from './join-classes.ts';

type Props = ComponentProps<'button'> & { readonly look?: 'plain' | 'primary' | 'quiet'; readonly wide?: boolean };

/** A button; one primary at most in view. */
export function Button({ look = 'plain', wide = false, className, type = 'button', ...rest }: Props) {
  return <button type={type} className={joinClasses('button', `button-${look}`, wide && 'button-wide', className)} {...rest} />;
}
