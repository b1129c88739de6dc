"""A client of the server, without a socket."""

from flask.testing import FlaskClient

from dcgan_tf.show.explore.app import create_app


class Client(FlaskClient):
    """Reads an answer to its end, and so closes the file that it came from."""

    def open(self, *args, **options):
        return super().open(*args, **{'buffered': True, **options})


def client_of(place, generators, **options):
    app = create_app(place, generators, **{'local': True, **options})
    app.test_client_class = Client
    return app.test_client()


def error(answer):
    """The code and the one line of an answer to a mistake."""
    assert 400 <= answer.status_code < 500 and answer.mimetype == 'application/json'
    (words,) = answer.json.values()
    assert set(answer.json) == {'error'} and 0 < len(words) < 150 and '\n' not in words
    return answer.status_code, words
