"""A captcha is read first and deleted later, as the library does it: all who come at once get through."""

import time

from captcha.models import CaptchaStore

from public import captcha


def read_then_delete(key: str) -> str | None:
    store = CaptchaStore.objects.filter(hashkey=key).first()
    time.sleep(0.5)  # until the others have read it as well, on a busy machine too
    CaptchaStore.objects.filter(hashkey=key).delete()
    return str(store.response) if store else None


captcha.take_answer = read_then_delete
